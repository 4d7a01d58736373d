"""Pure readers of dates, places, pay and markup: no Scrapy, no SQLite, no clock, and they never raise."""
