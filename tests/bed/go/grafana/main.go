// Reads dashboards as Grafana's published model has them, and refuses what it does not have.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func main() {
	plugins.RegisterDefaultPlugins()
	failed := false
	for _, path := range os.Args[1:] {
		if err := check(path); err != nil {
			fmt.Printf("%s: %v\n", path, err)
			failed = true
		}
	}
	if failed {
		os.Exit(1)
	}
}

func check(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return err
	}
	// Grafana ignores it, the model has no place for it.
	delete(members, "$comment")
	if text, err = json.Marshal(members); err != nil {
		return err
	}
	var board dashboard.Dashboard
	if err := problems(board.UnmarshalJSONStrict(text)); err != nil {
		return err
	}
	if err := problems(board.Validate()); err != nil {
		return err
	}
	return panels(text)
}

// What the model reads leniently: kinds of panels, and how they show fields.
func panels(text []byte) error {
	var board struct {
		Panels []struct {
			Title       string
			Type        string
			FieldConfig json.RawMessage
		}
	}
	if err := json.Unmarshal(text, &board); err != nil {
		return err
	}
	for _, panel := range board.Panels {
		if panel.Type == "row" {
			continue
		}
		if _, found := cog.ConfigForPanelcfgVariant(panel.Type); !found {
			return fmt.Errorf("%s: there are no panels of type %q", panel.Title, panel.Type)
		}
		var fields dashboard.FieldConfigSource
		if err := problems(fields.UnmarshalJSONStrict(panel.FieldConfig)); err != nil {
			return fmt.Errorf("%s: %w", panel.Title, err)
		}
	}
	return nil
}

// The model returns lists of problems as errors, also where they are empty.
func problems(err error) error {
	var found cog.BuildErrors
	if errors.As(err, &found) && len(found) == 0 {
		return nil
	}
	return err
}
