// Package foreign is a library with an error of its own.
package foreign

// ValidationError has the name that the worker knows.
type ValidationError struct{}

func (ValidationError) Error() string { return "wrong field" }
