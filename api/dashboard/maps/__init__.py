"""Maps of counties and work sites, drawn here as SVG."""
