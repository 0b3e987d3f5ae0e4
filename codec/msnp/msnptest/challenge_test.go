package msnptest

import (
	"crypto/md5"
	"fmt"
	"testing"
)

func answerTo(challenge, key string) []byte {
	return fmt.Appendf(nil, "%x", md5.Sum([]byte(challenge+key)))
}

func TestAnswersAreThoseOfThePage(t *testing.T) {
	if got := string(answerTo("15570131571988941333", productKeys["PROD0038W!61ZTF9"])); got != "ca90e6a7c94a14aae7b3ae0f6018433e" {
		t.Error(got)
	}
}
