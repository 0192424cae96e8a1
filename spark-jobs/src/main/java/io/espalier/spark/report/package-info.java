/** The HTML report, and the catalogue of charts that the Zeppelin notes share with it. */
package io.espalier.spark.report;
