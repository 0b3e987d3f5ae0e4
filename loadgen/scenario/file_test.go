package scenario

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"nudge/loadgen"
)

const fileExample = `version = 1
[load]
clients = 5_000
ramp-up = "30s"
duration = "10m"
dialect = ["MSNP10", "MSNP9"]
[[mix]]
behaviour = "presence"
weight = 8
think = "exp:30s"
[[mix]]
behaviour = "roster"
weight = 1.5
[[mix]]
behaviour = "idle"
[[threshold]]
expr = "login.p99 < 2s"
`

func TestReadFile(t *testing.T) {
	f, err := ReadFile(strings.NewReader(fileExample))
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(f.Settings); got != "[{clients 5000} {duration 10m} {ramp-up 30s} {dialect MSNP10,MSNP9}]" {
		t.Errorf("settings %s", got)
	}
	if len(f.Mix) != 3 || f.Mix[0].Behaviour != "presence" || f.Mix[0].Weight != 8 || *f.Mix[0].Think != loadgen.Exponential(30*time.Second) ||
		f.Mix[1].Weight != 1.5 || f.Mix[1].Think != nil || f.Mix[2].Weight != 1 {
		t.Errorf("mix %+v", f.Mix)
	}
	if len(f.Thresholds) != 1 || f.Thresholds[0] != "login.p99 < 2s" {
		t.Errorf("thresholds %q", f.Thresholds)
	}
}

func TestFilesThatAreWrong(t *testing.T) {
	for _, tt := range []struct{ name, old, now, want string }{
		{"unknown key", "clients =", "client =", `line 3, column 1: unknown key "load.client"`},
		{"unknown table", "[[threshold]]", "[[treshold]]", `line 16, column 3: unknown key "treshold"`},
		{"no TOML", "[load]", "[load", "line 2, column 6: "},
		{"no version", "version = 1\n", "", "line 1, column 1: no version"},
		{"another version", "version = 1", "version = 2", "line 1, column 1: version 2: there is version 1"},
		{"nobody", fileExample, "version = 1\n", "nobody does anything"},
		{"unknown behaviour", `"roster"`, `"chess"`, `line 12, column 1: unknown behaviour "chess": there are login, presence, roster, migrate, chat, idle`},
		{"no behaviour", "behaviour = \"idle\"\n", "", "line 14, column 1: a part without behaviour"},
		{"no weight", "weight = 8", "weight = 0", "line 9, column 1: weight 0: want a number above 0"},
		{"endless weight", "weight = 8", "weight = inf", "line 9, column 1: weight +Inf: want a number above 0"},
		{"weight in words", "weight = 8", `weight = "eight"`, "line 9, column 10: "},
		{"think time in words", `"exp:30s"`, `"long"`, "line 10, column 1: "},
		{"think time of idle", "behaviour = \"idle\"", "behaviour = \"idle\"\nthink = \"1s\"", "line 16, column 1: think time for idle, which only holds on"},
		{"think time with a rate", "[[mix]]", "rate = \"5/s\"\n[[mix]]", "line 11, column 1: think time is for the closed model"},
		{"think time of all with a rate", "ramp-up", "rate = \"5/s\"\nthink = \"1s\"\nramp-up", "line 5, column 1: think time is for the closed model"},
		{"stages and clients", "ramp-up", "stages = \"1s:5\"\nramp-up", "line 4, column 1: stages replace clients"},
		{"stages in words", "clients = 5_000\nramp-up = \"30s\"\nduration = \"10m\"", "stages = \"many\"", "line 3, column 1: "},
		{"a rate in words", "clients = 5_000", "rate = \"fast\"", "line 3, column 1: "},
		{"a time without unit", `"10m"`, "10", "line 5, column 12: "},
		{"negative time", `"10m"`, `"-10m"`, `line 5, column 1: "-10m": want a time`},
		{"negative clients", "5_000", "-5", "line 3, column 1: clients -5: want"},
		{"half a client", "5_000", "0.5", "line 3, column 11: "},
		{"a rate of none", "clients = 5_000", "connect-rate = 0", "line 3, column 1: connect-rate 0: want a number above 0"},
		{"a list for a number", "5_000", "[5]", "line 3, column 11: "},
		{"unknown dialect", "MSNP9", "MSNP7", `line 6, column 1: unknown dialect "MSNP7": there are MSNP10, MSNP9, MSNP8`},
		{"no messages", "\"idle\"", "\"chat\"\nmessages = 0", "line 16, column 1: messages 0: want a number from 1 to 1000"},
		{"too many messages", "\"idle\"", "\"chat\"\nmessages = 1001", "line 16, column 1: messages 1001: want a number from 1 to 1000"},
		{"fewer than no messages", "\"idle\"", "\"chat\"\n  messages = -99999999999", "line 16, column 3: messages -99999999999: want a number from 1"},
		{"messages in words", "\"idle\"", "\"chat\"\nmessages = \"ten\"", "line 16, column 12: "},
		{"messages of idle", "\"idle\"", "\"idle\"\nmessages = 5", "line 16, column 1: messages for idle: only chat has conversations"},
		{"more than all in groups", "\"idle\"", "\"chat\"\ngroups = 10", "line 16, column 1: groups 10: want the share of conversations with more than two people, from 0 to 1"},
		{"fewer than none in groups", "\"idle\"", "\"chat\"\ngroups = -0.1", "line 16, column 1: groups -0.1: want"},
		{"groups that are no number", "\"idle\"", "\"chat\"\ngroups = nan", "line 16, column 1: groups NaN: want"},
		{"groups of presence", "weight = 8", "groups = 0.5", "line 9, column 1: groups for presence: only chat has conversations"},
		{"threshold of what is not measured", "login.p99", "lunch.p99", "line 17, column 1: "},
		{"threshold in words", `"login.p99 < 2s"`, `"be fast"`, "line 17, column 1: "},
		{"threshold without expr", "expr = \"login.p99 < 2s\"\n", "", "line 16, column 1: a threshold without expr"},
	} {
		text := strings.Replace(fileExample, tt.old, tt.now, 1)
		if text == fileExample {
			t.Errorf("%s: nothing was replaced", tt.name)
		}
		if _, err := ReadFile(strings.NewReader(text)); err == nil || !strings.HasPrefix(err.Error(), tt.want) && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", tt.name, err, tt.want)
		}
	}
	if _, err := ReadFile(strings.NewReader(strings.Repeat("# long\n", maxFile))); err == nil || !strings.Contains(err.Error(), "bytes") {
		t.Errorf("a long file: %v", err)
	}
}
