/** How the rows of one run get to its table: each group once, and from one driver at a time. */
package io.espalier.spark.table.commit;
