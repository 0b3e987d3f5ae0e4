package msnpcheck

var limits = []check{}
