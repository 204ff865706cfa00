-- Steps are looked up for the rows of events and messages, never the other way round: their order stays, and needs no sorting.
SET disabled_optimizers = 'build_side_probe_side'
