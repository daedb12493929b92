"""The other door: `texas811 ...`, for people and cron."""
