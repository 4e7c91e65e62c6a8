package main

import (
	_ "embed"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
)

// The constants as they are compiled with this file.
//
//go:embed runtime_constants.go
var source string

// Handler answers every constant with its value.
func Handler(any) (map[string]string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "", source, 0)
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	ast.Inspect(file, func(node ast.Node) bool {
		if spec, ok := node.(*ast.ValueSpec); ok && err == nil {
			var value string
			value, err = strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			values[spec.Names[0].Name] = value
		}
		return true
	})
	return values, err
}
