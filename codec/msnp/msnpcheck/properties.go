package msnpcheck

var properties = []check{}
