package msnpcheck

var migration = []check{}
