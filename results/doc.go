// Package results measures runs: recorders, summaries, thresholds, the run directory.
package results
