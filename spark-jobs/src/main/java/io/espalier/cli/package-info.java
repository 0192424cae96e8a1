/** The command line: one class for each command, which only reads options and calls a stage. */
package io.espalier.cli;
