"""The same reading over Arrow batches, on one machine or on a cluster."""
