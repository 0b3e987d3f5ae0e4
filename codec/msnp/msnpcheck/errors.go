package msnpcheck

var refusals = []check{}
