package msnpcheck

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// The marks between which the README has the matrix of the reference server.
const matrixBegins, matrixEnds = "<!-- matrix: go test ./codec/msnp/msnpcheck -run README -update -->\n", "<!-- end of matrix -->\n"

// TestTheREADMEHasTheMatrix makes the matrix of the reference server anew.
func TestTheREADMEHasTheMatrix(t *testing.T) {
	var columns []Column
	for _, m := range modesOf {
		synctest.Test(t, func(t *testing.T) {
			n := serve(m.srv())
			cfg := n.config()
			cfg.Dialect = m.dialect
			cfg.Migration, cfg.Await = time.Minute, func(string) { n.srv.MigrateNow() }
			columns = append(columns, Column{Title: string(m.mode), Report: n.run(t, cfg)})
		})
	}
	var matrix bytes.Buffer
	if err := Matrix(&matrix, columns); err != nil {
		t.Fatal(err)
	}
	const file = "../../../README.md"
	readme, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(readme), matrixBegins)
	has, behind, ok2 := strings.Cut(rest, matrixEnds)
	if !ok || !ok2 {
		t.Fatal("the README has no marks of a matrix")
	}
	if has == matrix.String() {
		return
	}
	if !*update {
		t.Fatalf("the README's matrix is not what the checks come to; make it anew with go test -run README -update\ngot\n%s", matrix.String())
	}
	if err := os.WriteFile(file, []byte(before+matrixBegins+matrix.String()+matrixEnds+behind), 0o666); err != nil {
		t.Fatal(err)
	}
}
