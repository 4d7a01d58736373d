"""The file: schema, typed records, opening, documentation. Imports none of the three stages."""
