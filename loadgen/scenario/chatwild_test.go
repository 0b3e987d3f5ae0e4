package scenario

import (
	"math/rand/v2"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"nudge/codec"
	"nudge/codec/msnp/msnptest"
)

// wild are commands that make sense at some time, and mostly not when they come.
var wild = []string{
	"ACK 1", "ACK 4", "ACK 6", "NAK 0", "NAK 2", "NAK 3", "NAK 4", "NAK 5", "NAK 99", "CAL 2 RINGING 5", "CAL 2", "CAL 3 RINGING 9",
	"ANS 1 OK", "ANS 1", "USR 1 OK a b", "IRO 1 1 1 user00003@example.com x", "IRO 1 1 2 user00004@example.com x", "IRO 2 9 1 a b",
	"JOI user00001@example.com x", "JOI user00005@example.com x", "BYE user00002@example.com", "BYE user00006@example.com 1", "BYE",
	"217 2", "216 3", "713 2", "282 4", "800 6", "911 1", "500 0", "OUT", "OUT OTH", "XYZ", "NLN NLN a b 0", "PNG", "QNG 5", "RNG 1 2 3", "",
	"MSG user00003@example.com x 0", "MSG user00003@example.com x 2\r\nhi", "MSG x 99999", "XFR 1 NS a:1",
}

// TestWildSwitchboards: whatever a switchboard says, the run goes its length, and
// leaves nothing open.
func TestWildSwitchboards(t *testing.T) {
	for seed := range uint64(8) {
		if !sampled(int(seed) / 2) {
			continue
		}
		rough := []int{30, 300}[seed%2]
		synctest.Test(t, func(t *testing.T) {
			p := newParlour(t, &msnptest.Server{Accounts: 8})
			rng := rand.New(rand.NewPCG(seed, 1))
			m := &mangler{until: time.Now().Add(time.Hour), mangle: func(_ *mangler, cmd *codec.Command, s *mangled) {
				switch rng.IntN(rough) {
				case 0:
				case 1:
					s.out = append(append(s.out, cmd.Raw()...), wild[rng.IntN(len(wild))]...)
					s.out = append(s.out, "\r\n"...)
				case 2:
					s.out = append(append(s.out, wild[rng.IntN(len(wild))]...), "\r\n"...)
					s.out = append(s.out, cmd.Raw()...)
				case 3:
					s.out = append(s.out, strings.Replace(string(cmd.Raw()), "user0000", "user0001", 1)...)
				default:
					s.out = append(s.out, cmd.Raw()...)
				}
			}}
			var open atomic.Int64
			p.listen("sb.test:1865", func(c net.Conn) {
				open.Add(1)
				p.srv.ServeConn(msnptest.Switchboard, m.wrap(c))
				open.Add(-1)
			})
			res := p.run(t, Config{Mix: []Part{{Behaviour: "chat", Groups: new(0.5)}}, Clients: 8, Loops: 2}, 2*time.Minute)
			if it := opOf(res, "iteration"); it.Count < 20 || it.Failed() == 0 || it.Failed() == it.Count && rough > 100 {
				t.Errorf("%d iterations, errors %v", it.Count, it.Errors)
			}
			if login := opOf(res, "login"); login.Count != 8 || login.Failed() != 0 {
				t.Errorf("%d logins, errors %v: want none to have suffered", login.Count, login.Errors)
			}
			if res.Whole < 2*time.Minute || res.Whole > 136*time.Second || open.Load() != 0 {
				t.Errorf("over after %v, %d connections left", res.Whole, open.Load())
			}
		})
	}
}
