package live

import "io"

// Matrix writes what each command was answered with in each state, as a table.
func (r *Report) Matrix(w io.Writer) error { return r.feedback.matrix(w) }

// DOT writes the state machine as it was seen, as a graph in the language of Graphviz.
func (r *Report) DOT(w io.Writer) error { return r.feedback.dot(w) }
