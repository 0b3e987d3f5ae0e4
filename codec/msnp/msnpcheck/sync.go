package msnpcheck

var syncing = []check{}
