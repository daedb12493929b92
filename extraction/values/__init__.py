"""Words as values: addresses, roads, coordinates, measures, moments, names, phones, kinds."""
