package live

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"nudge/codec/msnp"
	"nudge/codec/msnp/msnptest"
)

// longWay comes to a length above the limit in a conversation, which the mistake does not need.
const longWay = `ns "VER {trid} MSNP10 MSNP9 CVR0\r\n"
ns "CVR {trid} 0x0409 winnt 5.1 i386 MSNMSGR 6.1.0211 MSMSGS {email}\r\n"
ns "USR {trid} TWN I {email}\r\n"
ns "USR {trid} TWN S {ticket}\r\n"
ns "SYN {trid} 0 0\r\n"
ns "CHG {trid} NLN 536870948\r\n"
ns "XFR {trid} SB\r\n"
sb "USR {trid} {email} {cookie}\r\n"
sb "CAL {trid} {peer}\r\n"
sb odd "MSG {trid} A {call}\r\n"
sb "OUT\r\n"
`

// TestTheStateIsMadeSmallToo wants what only leads to a state left out, and the verdict of what is left.
func TestTheStateIsMadeSmallToo(t *testing.T) {
	for _, taken := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, defect(msnptest.UnboundedLength, 0).adjust)
			b := w.bench(t, msnp.MSNP10)
			b.f.Minimize = time.Hour // of the bubble
			b.f.byKey, b.f.doubted = map[string]*Finding{}, map[string]int{}
			c, err := ParseCase(longWay)
			if err != nil {
				t.Fatal(err)
			}
			v, err := b.try(t.Context(), c)
			if err != nil || v == nil || v.Key() != "limit talking MSG" {
				t.Fatalf("%v, %v\n%s", v, err, &b.script)
			}
			want, verbs := "limit seated MSG", []string{"VER", "USR", "USR", "CHG", "XFR", "USR", "MSG"}
			if taken { // by other findings
				want, verbs = "limit talking MSG", []string{"VER", "USR", "USR", "CHG", "XFR", "USR", "CAL", "MSG"}
				b.f.byKey["limit seated MSG"] = new(Finding)
			}
			if err := b.f.found(t.Context(), b, c, v); err != nil || len(b.f.report.Findings) != 1 {
				t.Fatalf("%d findings, %v", len(b.f.report.Findings), err)
			}
			f := b.f.report.Findings[0]
			var left []string
			for _, s := range f.Case.steps {
				left = append(left, s.cmd.verb())
			}
			if f.Verdict.Key() != want || !f.Stable() || !slices.Equal(left, verbs) || f.Verdict.At != len(left)-1 {
				t.Errorf("want %s with %v, got %v at step %d, shown %d times of %d, with\n%s",
					want, verbs, &f.Verdict, f.Verdict.At, f.Reproduced, f.Replays, f.Case.Text())
			}
			if b.f.byKey[want] != f || b.f.byKey[v.Key()] != f {
				t.Error("a session that shows it again would be another finding")
			}
		})
	}
}
