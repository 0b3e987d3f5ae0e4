package msnptest

import "testing"

const mailData = `
[[account]]
email = 'with@x.com'
[account.profile]
email-enabled = true
[[account]]
email = 'without@x.com'
`

// TestServices is §7.5 to §7.7, and of §1.4 what concerns them, each on a connection of its own.
func TestServices(t *testing.T) {
	const login = " http://127.0.0.1:1866/login2.srf 507"
	for _, tt := range []struct {
		name, dialect string
		say           []string
		hear          []string
		closed        bool
	}{
		{"URL of a page", "MSNP10", []string{"URL 5 MOBILE"}, []string{"URL 5 /mobile" + login}, false},
		{"URL in MSNP9", "MSNP9", []string{"URL 5 CHGMOB"}, []string{"URL 5 /mobile/change" + login}, false},
		{"URL in MSNP8", "MSNP8", []string{"URL 5 ADDRBOOK"}, []string{"URL 5 /addressbook" + login}, false},
		{"URL with a parameter", "MSNP10", []string{"URL 5 PROFILE 0x0409"}, []string{"URL 5 /profile?0x0409" + login}, false},
		{"URL with an encoded parameter", "MSNP10", []string{"URL 5 CHAT %200x0409"}, []string{"URL 5 /chat?%200x0409" + login}, false},
		{"URL of mail without a mailbox", "MSNP10", []string{"URL 5 INBOX", "URL 6 COMPOSE bob@x.com", "URL 7 MESSAGE", "URL 8 FOLDERS"}, []string{"710 5", "710 6", "710 7", "710 8"}, false},
		{"URL of an unknown service", "MSNP10", []string{"URL 5 PASSWORD"}, []string{"201 5"}, false},
		{"URL of a service in lower case", "MSNP10", []string{"URL 5 mobile"}, []string{"201 5"}, false},
		{"URL without a service", "MSNP10", []string{"URL 5"}, nil, true},
		{"URL with too many arguments", "MSNP10", []string{"URL 5 CHAT 1 2"}, nil, true},
		{"IMS", "MSNP10", []string{"IMS 5 OFF", "IMS 6 ON"}, []string{"IMS 5 0 OFF", "IMS 6 0 ON"}, false},
		{"IMS in MSNP8", "MSNP8", []string{"IMS 5 ON"}, []string{"IMS 5 0 ON"}, false},
		{"IMS in MSNP9", "MSNP9", []string{"IMS 5 OFF"}, []string{"IMS 5 0 OFF"}, false},
		{"no switchboard while IMS is OFF", "MSNP10", []string{"CHG 5 NLN 0", "IMS 6 OFF", "XFR 7 SB", "IMS 8 ON"}, []string{"CHG 5 NLN 0", "IMS 6 0 OFF", "913 7", "IMS 8 0 ON"}, false},
		{"IMS to anything else", "MSNP10", []string{"IMS 5 on"}, nil, true},
		{"SND", "MSNP10", []string{"SND 5 bob@x.com", "SND 6 bob@x.com 0x0409 MSMSGS MSMSGS"}, []string{"SND 5 OK", "SND 6 OK"}, false},
		{"SND in MSNP8", "MSNP8", []string{"SND 5 bob@x.com 0x409"}, []string{"SND 5 OK"}, false},
		{"SND in MSNP9", "MSNP9", []string{"SND 5 bob@x.com 0x0409 MSMSGS"}, []string{"SND 5 OK"}, false},
		{"SND to no address", "MSNP10", []string{"SND 5 bob"}, []string{"503 5"}, true},
		{"SND with no locale", "MSNP10", []string{"SND 5 bob@x.com 1033"}, []string{"503 5"}, true},
		{"SND with too many arguments", "MSNP10", []string{"SND 5 bob@x.com 0x0409 MSMSGS MSMSGS X"}, nil, true},
		{"SDC", "MSNP10", []string{"SDC 5 bob@x.com 0x0409 MSMSGS MSMSGS X X Alice 4", "PNG\rPNG"}, []string{"SDC 5 OK", "QNG 50"}, false},
		{"SDC in MSNP8", "MSNP8", []string{"SDC 5 bob@x.com 0x0409 MSMSGS MSMSGS X X Alice 2", ""}, []string{"SDC 5 OK"}, false},
		{"SDC in MSNP9", "MSNP9", []string{"SDC 5 bob@x.com 0x0409 MSMSGS MSMSGS X X Alice 0"}, []string{"SDC 5 OK"}, false},
		{"SDC to no address", "MSNP10", []string{"SDC 5 bob 0x0409 MSMSGS MSMSGS X X Alice 0"}, []string{"503 5"}, true},
		{"SDC with no locale", "MSNP10", []string{"SDC 5 bob@x.com 0x MSMSGS MSMSGS X X Alice 0"}, []string{"503 5"}, true},
		{"SDC with other words", "MSNP10", []string{"SDC 5 bob@x.com 0x0409 MSMSGS MSMSGS X x Alice 0"}, []string{"503 5"}, true},
		{"SDC with too many arguments", "MSNP10", []string{"SDC 5 bob@x.com 0x0409 MSMSGS MSMSGS X X Alice 0 1"}, []string{"503 5"}, true},
		{"SDC with a length that is no number", "MSNP10", []string{"SDC 5 bob@x.com 0x0409 MSMSGS MSMSGS X X Alice x"}, nil, true},
		{"SDC with a text above 64 KiB", "MSNP10", []string{"SDC 5 bob@x.com 0x0409 MSMSGS MSMSGS X X Alice 65537"}, nil, true},
		{"PGD, which has no answer", "MSNP10", []string{"PGD 5 bob@x.com 1 4", "PNG\rPGD 6 bob@x.com 2 0", "PNG"}, []string{"QNG 50"}, false},
		{"PGD of another type", "MSNP9", []string{"PGD 5 bob@x.com 3 2", ""}, []string{"201 5"}, false},
		{"PGD of a type that is no number", "MSNP10", []string{"PGD 5 bob@x.com x 2", ""}, nil, true},
		{"PGD came with MSNP9", "MSNP8", []string{"PGD 5 bob@x.com 1 2", ""}, nil, true},
		{"PAG is gone, and its payload is read", "MSNP9", []string{"PAG 5 bob@x.com 4", "PNG\rPNG"}, []string{"715 5", "QNG 50"}, false},
		{"PAG in MSNP8, which has no answer", "MSNP8", []string{"PAG 5 bob@x.com 4", "PNG\rPNG"}, []string{"QNG"}, false},
		{"FND is gone", "MSNP8", []string{"FND 5 fname=a lname=b city=c state=d country=e"}, []string{"502 5"}, false},
		{"FND is gone in MSNP9 as well", "MSNP9", []string{"FND 5 fname=a"}, []string{"502 5"}, false},
		{"NOT is for servers", "MSNP10", []string{"NOT 2", ""}, nil, true},
		{"IPG is for servers", "MSNP10", []string{"IPG 2", ""}, nil, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := &Server{Data: data(t, mailData)}
			bubble(t, srv, func(t *testing.T) {
				p := srv.client(t, "without@x.com", tt.dialect).say(tt.say...)
				p.hears(tt.hear...)
				if p.over() != tt.closed {
					t.Errorf("closed: %v", p.over())
				}
			})
		})
	}
}

func TestMailboxesHavePages(t *testing.T) {
	srv := &Server{Data: data(t, mailData)}
	bubble(t, srv, func(t *testing.T) {
		const login = " http://127.0.0.1:1866/login2.srf 507"
		srv.client(t, "with@x.com", "MSNP10").say("URL 5 INBOX", "URL 6 COMPOSE bob@x.com", "URL 7 MESSAGE", "URL 8 FOLDERS").hears(
			"URL 5 /cgi-bin/HoTMaiL"+login, "URL 6 /cgi-bin/compose?bob@x.com"+login, "URL 7 /cgi-bin/getmsg"+login, "URL 8 /cgi-bin/folders"+login)
	})
}
