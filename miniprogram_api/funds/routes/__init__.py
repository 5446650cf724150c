"""The common money over HTTP: places, postings, months, publications; spending; the maintenance fund; contracts."""
