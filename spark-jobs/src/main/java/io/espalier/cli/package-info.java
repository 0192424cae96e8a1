/** The command line: one class per command, which only reads options and calls a stage. */
package io.espalier.cli;
