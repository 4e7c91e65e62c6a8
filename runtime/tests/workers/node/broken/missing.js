require("a-module-that-is-missing");
