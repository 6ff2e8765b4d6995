"""The network of this city: read from its layers, held on to until one of them changes, told."""
