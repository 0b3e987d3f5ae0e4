package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// arrows says all that a package may import of this module. A package that is not listed may not exist.
var arrows = map[string][]string{
	"nudge/corpus":               {},
	"nudge/codec":                {},
	"nudge/results":              {},
	"nudge/codec/message":        {"nudge/codec"},
	"nudge/codec/msnp":           {"nudge/codec"},
	"nudge/codec/msnp/msnptest":  {"nudge/codec", "nudge/codec/msnp"},
	"nudge/codec/msnp/msnpcheck": {"nudge/codec", "nudge/codec/message", "nudge/codec/msnp"},
	"nudge/loadgen":              {"nudge/results"},
	"nudge/loadgen/yardstick":    {},
	"nudge/loadgen/scenario":     {"nudge/loadgen", "nudge/results", "nudge/codec", "nudge/codec/message", "nudge/codec/msnp"},
	"nudge/fuzz":                 {"nudge/codec", "nudge/codec/message", "nudge/codec/msnp", "nudge/codec/msnp/msnptest", "nudge/corpus"},
	"nudge/fuzz/live":            {"nudge/codec", "nudge/codec/msnp"},
	"nudge/cmd/nudge": {
		"nudge/codec", "nudge/codec/msnp", "nudge/codec/msnp/msnpcheck", "nudge/codec/msnp/msnptest", "nudge/corpus",
		"nudge/fuzz", "nudge/fuzz/live", "nudge/loadgen", "nudge/loadgen/scenario", "nudge/results",
	},
}

// testArrows says what the tests of any package may import beyond that.
var testArrows = []string{"nudge/corpus", "nudge/codec/msnp/msnptest", "nudge/loadgen/yardstick"}

// owners says which packages may import a module that is not ours; "test" stands for the tests of any package.
var owners = map[string][]string{
	"github.com/HdrHistogram/hdrhistogram-go": {"nudge/results"},
	"github.com/spf13/pflag":                  {"nudge/cmd/nudge"},
	"github.com/dvyukov/go-fuzz":              {"nudge/fuzz"},
	"golang.org/x/sys":                        {"nudge/loadgen", "nudge/loadgen/yardstick"},
	"github.com/pelletier/go-toml/v2":         {"nudge/codec/msnp/msnptest", "nudge/loadgen/scenario"},
	"github.com/rogpeppe/go-internal":         {"test"},
	"pgregory.net/rapid":                      {"test"},
}

// listedPackage is what the Go tool says about a package of ours.
type listedPackage struct {
	Dir                                string
	ImportPath                         string
	Imports, TestImports, XTestImports []string
	GoFiles, IgnoredGoFiles            []string
}

// listed returns the packages of the module as they build for one system, with the tags that bring every file in.
func listed(t *testing.T, goos string) []listedPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json", "-tags", "gofuzz", "nudge/...")
	cmd.Env = append(cmd.Environ(), "GOOS="+goos, "CGO_ENABLED=0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.Bytes())
	}
	var pkgs []listedPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listedPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
}

func TestImportsFollowTheArrows(t *testing.T) {
	for _, goos := range []string{"linux", "darwin", "windows"} {
		t.Run(goos, func(t *testing.T) {
			for _, p := range listed(t, goos) {
				may, ok := arrows[p.ImportPath]
				if !ok {
					t.Errorf("%s is not in the table of packages", p.ImportPath)
				}
				checkImports(t, p.ImportPath, p.Imports, may, false)
				mayInTests := slices.Concat(may, testArrows, []string{p.ImportPath})
				checkImports(t, p.ImportPath, p.TestImports, mayInTests, true)
				checkImports(t, p.ImportPath, p.XTestImports, mayInTests, true)
			}
		})
	}
}

// checkImports reports each import of a package that the tables do not allow.
func checkImports(t *testing.T, pkg string, imports, may []string, test bool) {
	t.Helper()
	for _, imp := range imports {
		if strings.HasPrefix(imp, "nudge/") {
			if !slices.Contains(may, imp) {
				t.Errorf("%s may not import %s", pkg, imp)
			}
			continue
		}
		if first, _, _ := strings.Cut(imp, "/"); !strings.Contains(first, ".") {
			continue // the standard library
		}
		module, own := ownersOf(imp)
		switch {
		case own == nil:
			t.Errorf("%s imports %s, which no package owns", pkg, imp)
		case slices.Contains(own, "test") && !test:
			t.Errorf("%s imports %s outside its tests", pkg, module)
		case !slices.Contains(own, "test") && !slices.Contains(own, pkg):
			t.Errorf("%s imports %s, which is for %s alone", pkg, module, strings.Join(own, " and "))
		}
	}
}

func ownersOf(imp string) (module string, own []string) {
	for module, own := range owners {
		if imp == module || strings.HasPrefix(imp, module+"/") {
			return module, own
		}
	}
	return imp, nil
}

// onlyInMain are the ways to the process that libraries leave alone.
var onlyInMain = map[string][]string{
	"os":        {"Exit", "Args", "Stdin", "Stdout", "Stderr", "Getenv", "LookupEnv", "Environ"},
	"os/signal": {"Notify", "NotifyContext"},
	"fmt":       {"Print", "Println", "Printf"},
	"log":       {"Print", "Println", "Printf", "Fatal", "Fatalf", "Fatalln", "SetOutput", "SetFlags"},
	"flag":      {"Parse", "String", "Int", "Bool", "Duration", "CommandLine"},
}

func TestOnlyTheProgramTouchesTheProcess(t *testing.T) {
	for _, p := range listed(t, "linux") {
		if strings.HasPrefix(p.ImportPath, "nudge/cmd/") {
			continue
		}
		for _, name := range slices.Concat(p.GoFiles, p.IgnoredGoFiles) {
			if !strings.HasSuffix(name, "_test.go") {
				checkProcess(t, filepath.Join(p.Dir, name))
			}
		}
	}
}

// checkProcess reports each use of a name of onlyInMain in a file.
func checkProcess(t *testing.T, file string) {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	local := map[string]string{} // package name in this file to its path
	for _, imp := range f.Imports {
		path := strings.Trim(imp.Path.Value, `"`)
		name := path[strings.LastIndex(path, "/")+1:]
		if imp.Name != nil {
			name = imp.Name.Name
		}
		local[name] = path
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && slices.Contains(onlyInMain[local[x.Name]], sel.Sel.Name) {
				t.Errorf("%s: %s.%s is for cmd/nudge alone", fset.Position(sel.Pos()), x.Name, sel.Sel.Name)
			}
		}
		return true
	})
}
