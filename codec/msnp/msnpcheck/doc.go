// Package msnpcheck checks servers of MSNP8, MSNP9 and MSNP10 against
// codec/MSNP10.md: one named check for each rule of the page, each on connections
// of its own, with what was asked, what the page wants and what came instead.
//
//	report, err := msnpcheck.Run(ctx, msnpcheck.Config{Addr: "127.0.0.1:1863", Accounts: accounts, Passport: &passport})
//	if err != nil { … }
//	report.Text(os.Stdout, false)
//
// # Results
//
// A check passes, fails, or is skipped, with what was missing: it was no rule in
// that mode, or what it needs, such as a sign-in, did not work. Under the profile
// Real, what §12 of the page records of a known server is a warning and no failure;
// either way the result names the entry, and the servers by the letters that the
// page begins with.
//
// What a check wants is a pattern of words: * is any word, ... any that follow, $
// the TrID that was asked with, {guid}, {number}, {time}, {address} and {id} what
// they say, | separates words and || patterns that are equally right. Addresses are
// compared without case, names by what they mean.
//
// # Accounts
//
// A check has three accounts for itself: alice, bob and carol. They must sign in,
// be in the same mode and not have each other on any list; Run looks at those it is
// given, takes the first that will do, and says why others won't. What a check edits
// is put back: contacts, groups, lists, names and settings are compared with what
// they were before, and what could not be put back is in Report.Changed. Nothing
// that existed before is removed. Accounts that are in use meanwhile are signed out
// by the checks.
//
// # Time
//
// What must come is waited for as long as Config.Timeout. That nothing comes is
// believed after Config.Quiet and, at a notification server, the answer to a PNG
// that was sent behind it. Challenges are answered meanwhile.
//
// # Migration
//
// That lists survive a migration can only be seen when the operator has accounts
// migrated while the checks wait for OUT MIG, for Config.Migration; see Await.
package msnpcheck
