import "a-module-that-is-missing";
