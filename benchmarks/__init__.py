"""What `make bench` runs: the product's pages against the bare server, as ratios of one run."""
