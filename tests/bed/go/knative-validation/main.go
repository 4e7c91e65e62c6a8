// Judges objects as the webhooks of Knative do at their creation: unknown members are refused,
// defaults set, the rest is validated. Reads YAML documents; prints a line for each object that is
// refused, and how many are not.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	rabbitmq "knative.dev/eventing-rabbitmq/pkg/apis/eventing/v1alpha1"
	eventing "knative.dev/eventing/pkg/apis/eventing/v1"
	eventtypes "knative.dev/eventing/pkg/apis/eventing/v1beta2"
	sources "knative.dev/eventing/pkg/apis/sources/v1"
	"knative.dev/eventing/pkg/client/injection/client/fake"
	"knative.dev/pkg/apis"
	serving "knative.dev/serving/pkg/apis/serving/v1"

	"k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
)

type judged interface {
	apis.Defaultable
	apis.Validatable
}

// What each webhook makes of a kind; those of RabbitMQ look at Brokers and Triggers too.
func kind(of v1.TypeMeta) []judged {
	switch of.APIVersion + " " + of.Kind {
	case "eventing.knative.dev/v1 Broker":
		return []judged{&eventing.Broker{}, &rabbitmq.RabbitBroker{}}
	case "eventing.knative.dev/v1 Trigger":
		return []judged{&eventing.Trigger{}, &rabbitmq.RabbitTrigger{}}
	case "eventing.knative.dev/v1alpha1 RabbitmqBrokerConfig":
		return []judged{&rabbitmq.RabbitmqBrokerConfig{}}
	case "eventing.knative.dev/v1beta2 EventType":
		return []judged{&eventtypes.EventType{}}
	case "serving.knative.dev/v1 Service":
		return []judged{&serving.Service{}}
	case "sources.knative.dev/v1 SinkBinding":
		return []judged{&sources.SinkBinding{}}
	default:
		return nil
	}
}

func main() {
	objects, err := read(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	// RabbitMQ's webhook asks the cluster for a Trigger's Broker.
	var brokers []runtime.Object
	for _, object := range objects {
		var broker eventing.Broker
		if json.Unmarshal(object, &broker) == nil && broker.Kind == "Broker" {
			brokers = append(brokers, &broker)
		}
	}
	ctx, _ := fake.With(apis.WithinCreate(context.Background()), brokers...)
	valid := 0
	for _, object := range objects {
		var of v1.PartialObjectMetadata
		err := json.Unmarshal(object, &of)
		if err == nil {
			err = judge(ctx, object, of.TypeMeta)
		}
		if err != nil {
			why := strings.Join(strings.Fields(err.Error()), " ")
			fmt.Printf("%s %s: %s\n", of.Kind, of.Name, why)
		} else {
			valid++
		}
	}
	fmt.Printf("%d valid\n", valid)
	if valid != len(objects) {
		os.Exit(1)
	}
}

func read(from io.Reader) (objects [][]byte, err error) {
	documents := yaml.NewYAMLOrJSONDecoder(from, 4096)
	for {
		var object runtime.RawExtension
		if err := documents.Decode(&object); errors.Is(err, io.EOF) {
			return objects, nil
		} else if err != nil {
			return nil, err
		}
		// Only comments are no object.
		if len(object.Raw) > 0 {
			objects = append(objects, object.Raw)
		}
	}
}

func judge(ctx context.Context, text []byte, of v1.TypeMeta) error {
	kinds := kind(of)
	if kinds == nil {
		return fmt.Errorf("no webhook for %s %s", of.APIVersion, of.Kind)
	}
	for _, object := range kinds {
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(object); err != nil {
			return err
		}
		object.SetDefaults(ctx)
		if err := object.Validate(ctx); err != nil {
			return err
		}
	}
	return nil
}
