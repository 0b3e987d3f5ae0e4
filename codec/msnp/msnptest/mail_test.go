package msnptest

import (
	"fmt"
	"strings"
	"testing"
)

const mailboxData = `
[[account]]
email = 'with@x.com'
[account.profile]
email-enabled = true
[account.profile.mailbox]
inbox-unread = 2
[[account]]
email = 'uncounted@x.com'
[account.profile]
email-enabled = true
[[account]]
email = 'without@x.com'
`

// hotmail is a message of the server, whose length is that of its lines.
func hotmail(contentType string, body ...string) string {
	payload := lines("MIME-Version: 1.0", "Content-Type: "+contentType, "") + lines(body...)
	return fmt.Sprintf("MSG Hotmail Hotmail %d\r\n%s", len(payload), payload)
}

// TestMailIsToldAfterTheFirstCHG is §7.4, with the bytes of §13.10.
func TestMailIsToldAfterTheFirstCHG(t *testing.T) {
	told := hotmail("text/x-msmsgsinitialemailnotification; charset=UTF-8",
		"Inbox-Unread: 2", "Folders-Unread: 0", "Inbox-URL: /cgi-bin/HoTMaiL", "Folders-URL: /cgi-bin/folders", "Post-URL: http://www.example.net", "")
	if !strings.HasPrefix(told, "MSG Hotmail Hotmail 221\r\n") {
		t.Fatalf("%q", told)
	}
	for _, dialect := range []string{"MSNP8", "MSNP9", "MSNP10"} {
		srv := &Server{Data: data(t, mailboxData), Challenge: true}
		bubble(t, srv, func(t *testing.T) {
			p := srv.client(t, "with@x.com", dialect).say("CHG 5 NLN 0")
			if got := p.hear(); !strings.HasPrefix(got, "CHG 5 NLN 0\r\n"+told+"CHL 0 ") {
				t.Errorf("%s: %q", dialect, got)
			}
			p.say("CHG 6 BSY 0").hears("CHG 6 BSY 0")
		})
	}
	srv := &Server{Data: data(t, mailboxData)}
	bubble(t, srv, func(t *testing.T) {
		for _, email := range []string{"uncounted@x.com", "without@x.com"} {
			srv.client(t, email, "MSNP10").say("CHG 5 NLN 0").hears("CHG 5 NLN 0")
		}
	})
}

// TestMail is the two other kinds of §7.4.
func TestMail(t *testing.T) {
	srv := &Server{Data: data(t, mailboxData)}
	bubble(t, srv, func(t *testing.T) {
		for _, dialect := range []string{"MSNP8", "MSNP10"} {
			p := srv.client(t, "with@x.com", dialect)
			for _, m := range []Mail{{From: "Bob", FromAddr: "bob@x.com", Subject: "=?UTF-8?Q?=C3=A9?=", Folder: "Bulk"}, {Moved: -3, Folder: "Trash"}, {Moved: 1, Source: "Trash"}} {
				if err := srv.Mail("With@x.com", m); err != nil {
					t.Error(err)
				}
			}
			moved := "text/x-msmsgsactivemailnotification; charset=UTF-8"
			want := hotmail("text/x-msmsgsemailnotification; charset=UTF-8",
				"From: Bob", "Message-URL: /cgi-bin/getmsg", "Post-URL: http://www.example.net", "Subject: =?UTF-8?Q?=C3=A9?=", "Dest-Folder: Bulk", "From-Addr: bob@x.com", "id: 507", "") +
				hotmail(moved, "Src-Folder: ACTIVE", "Dest-Folder: Trash", "Message-Delta: -3", "") +
				hotmail(moved, "Src-Folder: Trash", "Dest-Folder: ACTIVE", "Message-Delta: 1", "")
			if got := p.hear(); got != want {
				t.Errorf("%s: %q, want %q", dialect, got, want)
			}
		}
		p := srv.client(t, "without@x.com", "MSNP10")
		for _, tt := range []struct {
			email string
			mail  Mail
			want  string
		}{
			{"without@x.com", Mail{}, "msnptest: without@x.com has no mailbox: want EmailEnabled in its profile"},
			{"uncounted@x.com", Mail{}, "msnptest: uncounted@x.com is not signed in"},
			{"nobody@x.com", Mail{}, "msnptest: nobody@x.com is not signed in"},
			{"with@x.com", Mail{Subject: "a\r\nb"}, `msnptest: mail: want one line, not "a\r\nb"`},
		} {
			if err := srv.Mail(tt.email, tt.mail); err == nil || err.Error() != tt.want {
				t.Errorf("%s: %v, want %s", tt.email, err, tt.want)
			}
		}
		p.hears()
	})
}
