// One program that is etcd, kube-apiserver or kube-controller-manager, by the name it is called by.
//
// Built from the servers' own packages, because they are not published as programs in a registry
// of packages; one program instead of three shares most of what is compiled.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"

	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
)

func main() {
	switch name := filepath.Base(os.Args[0]); name {
	case "etcd":
		etcdmain.Main(os.Args)
	case "kube-apiserver":
		os.Exit(cli.Run(apiserver.NewAPIServerCommand()))
	case "kube-controller-manager":
		os.Exit(cli.Run(controllermanager.NewControllerManagerCommand()))
	default:
		if len(os.Args) == 2 && os.Args[1] == "new-key" {
			newKey()
			return
		}
		fmt.Fprintf(os.Stderr, "called as %q; it is etcd, kube-apiserver or kube-controller-manager\n", name)
		os.Exit(2)
	}
}

// newKey prints a key that the API server signs tokens of ServiceAccounts with.
func newKey() {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		panic(err)
	}
	_ = pem.Encode(os.Stdout, &pem.Block{Type: "EC PRIVATE KEY", Bytes: der})
}
