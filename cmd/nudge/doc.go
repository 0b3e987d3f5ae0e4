// Command nudge loads servers that speak MSNP10 and reports latency histograms.
//
//	nudge run                    loads the built-in server with 1,000 clients
//	nudge run 127.0.0.1:1863     loads a server that is there already
//	nudge help                   lists the commands
//
// The package is the only one of the module that reads flags and the environment, prints, exits or
// handles signals. Each command is a row in the table of main.go and a file of its own; what it does
// lives in the packages below it.
package main
