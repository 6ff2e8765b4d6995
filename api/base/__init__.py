"""Base maps: pictures under the layers, out of files in the data folder or fetched from elsewhere by the server."""
