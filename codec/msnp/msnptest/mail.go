package msnptest

// hasMailbox reports whether the profile says that there is one (§3.6).
func (a *account) hasMailbox() bool { return a.set.profile != nil && a.set.profile.EmailEnabled }
