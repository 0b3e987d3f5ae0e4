package msnpcheck

var presence = []check{}
