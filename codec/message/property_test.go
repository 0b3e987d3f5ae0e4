package message

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"nudge/codec"
)

// value draws what can stand in a header: no line end, no blanks around it; or nothing.
var value = rapid.Custom(func(t *rapid.T) []byte {
	return []byte(rapid.StringMatching(`([!-~é☃]([ -~é☃]{0,20}[!-~é☃])?)?`).Draw(t, "value"))
})

// drawn makes a message of any kind.
func drawn(t *rapid.T) message {
	v := func(name string) []byte { return value.Draw(t, name) }
	u32 := func(name string) uint32 { return rapid.Uint32().Draw(t, name) }
	u64 := func(name string) uint64 { return rapid.Uint64().Draw(t, name) }
	switch rapid.IntRange(0, 6).Draw(t, "kind") {
	case 0:
		return Text{
			Body: rapid.SliceOf(rapid.Byte()).Draw(t, "body"), UserAgent: v("agent"), Name: v("name"), TypingUser: v("user"),
			Format: Format{rapid.SliceOf(rapid.Byte()).Draw(t, "font"), Effects(rapid.IntRange(0, 15).Draw(t, "effects")), u32("colour") >> 8,
				rapid.Uint8().Draw(t, "charset"), rapid.Uint8().Draw(t, "pitch"), rapid.Bool().Draw(t, "rl")},
		}
	case 1:
		return Typing{User: append([]byte("u"), v("user")...), Recording: rapid.Bool().Draw(t, "recording")}
	case 2:
		return Capabilities{v("client"), rapid.SampledFrom([]byte{0, 'Y', 'N', 'S'}).Draw(t, "logging")}
	case 3:
		return Invitation{v("application"), v("GUID"), rapid.SampledFrom([]string{Invite, Accept, Cancel}).Draw(t, "command"), u32("cookie"), v("file"), u64("size"),
			v("connectivity"), v("launch"), v("request"), v("address"), uint16(u32("port")), u32("auth"), v("code")}
	case 4:
		return Datacast{u32("ID"), v("data")}
	case 5:
		data := rapid.SliceOfN(rapid.Byte(), 0, MaxP2PData).Draw(t, "data")
		total := max(u64("total"), uint64(len(data)))
		return P2P{v("dest"), u32("session"), u32("ID"), rapid.Uint64Range(0, total-uint64(len(data))).Draw(t, "offset"), total,
			u32("flags"), u32("ack"), u32("ackuid"), u64("acksize"), data, u32("app")}
	}
	word := rapid.SliceOfN(rapid.Byte().Filter(func(c byte) bool { return c != '\t' }), 1, 20)
	all := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Emoticon {
		return Emoticon{word.Draw(t, "shortcut"), word.Draw(t, "object")}
	}), 0, MaxEmoticons).Draw(t, "emoticons")
	return emoticonMessage{rapid.SampledFrom([]Kind{KindEmoticons, KindAnimatedEmoticons}).Draw(t, "animated"), all}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawn(t)
		p, err := want.Append([]byte("x"))
		if err != nil {
			t.Fatalf("%+v: %v", want, err)
		}
		c, err := codec.ParseContent(p[1:])
		if err != nil {
			t.Fatal(err)
		}
		got, err := parsers[KindOf(c)](c)
		if err != nil {
			t.Fatalf("%q: %v", p, err)
		}
		if text, ok := want.(Text); ok && len(text.Format.Font) > 0 {
			// What is no escape yet becomes one, and stands for what it stood for.
			if f := got.(Text).Format.Font; !codec.EqualEscaped(f, text.Format.Font) || bytes.ContainsAny(f, " ;\r\n") {
				t.Fatalf("font %q became %q", text.Format.Font, f)
			}
		}
		if describe(got) != describe(want) {
			t.Fatalf("%q\n%s\n%s", p, describe(want), describe(got))
		}
	})
}

func TestLongMessagesComeThroughInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		random := rand.New(rand.NewPCG(seed, 0))
		type delivery struct {
			from, payload []byte
		}
		var all []delivery
		bodies := map[string][]byte{}
		for _, from := range [][]byte{alice, bob} {
			body := rapid.SliceOfN(rapid.Byte(), MaxPayload, 9*MaxChunkBody).Draw(t, "body")
			p, err := Append(nil, rapid.SampledFrom([]Kind{KindText, KindInk}).Draw(t, "kind"), body)
			if err != nil {
				t.Fatal(err)
			}
			s, err := Split(p, guid)
			if err != nil {
				t.Fatal(err)
			}
			bodies[string(from)] = p
			for i := range s.Len() {
				all = append(all, delivery{from, s.Append(nil, i)})
			}
		}
		random.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
		var j Joiner
		done := 0
		for _, d := range all {
			c, err := codec.ParseContent(d.payload)
			if err != nil || len(d.payload) > MaxPayload {
				t.Fatalf("%d bytes: %v", len(d.payload), err)
			}
			whole, is, err := j.Add(d.from, c)
			if err != nil {
				t.Fatal(err)
			}
			if !is {
				continue
			}
			done++
			if got, _ := Append(nil, KindOf(whole), whole.Body()); !bytes.Equal(got, bodies[string(d.from)]) {
				t.Fatalf("%d bytes from %s, want %d", len(got), d.from, len(bodies[string(d.from)]))
			}
		}
		if done != 2 || j.held != 0 {
			t.Fatalf("%d messages done, %d bytes left", done, j.held)
		}
	})
}

func TestPiecesMakeTheMessage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := P2P{Dest: bob, ID: 1, Data: rapid.SliceOfN(rapid.Byte(), 0, 5*MaxP2PData).Draw(t, "data")}
		var data []byte
		for p := range whole.Pieces() {
			b, err := p.Append(nil)
			if err != nil {
				t.Fatal(err)
			}
			c, err := codec.ParseContent(b)
			if err != nil {
				t.Fatal(err)
			}
			got, err := ParseP2P(c)
			if err != nil || got.Offset != uint64(len(data)) || got.Total != uint64(len(whole.Data)) {
				t.Fatalf("%+v, %v", got, err)
			}
			data = slices.Concat(data, got.Data)
		}
		if !bytes.Equal(data, whole.Data) {
			t.Fatalf("%d bytes of %d", len(data), len(whole.Data))
		}
	})
}
