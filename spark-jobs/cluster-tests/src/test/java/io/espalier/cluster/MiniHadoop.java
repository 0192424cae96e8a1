package io.espalier.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/**
 * The program of a process with HDFS and YARN: a name node, a data node, a resource manager and
 * node managers. It ends when its standard input does.
 */
final class MiniHadoop {
  /** What it prints when all of it runs. */
  static final String READY = "Hadoop is ready";

  private static final int NODE_MEMORY_MB = 6144;

  private MiniHadoop() {}

  /**
   * Runs the clusters until the end of the standard input or of the process.
   *
   * @param arguments directory of data and logs; directory for the configuration of clients; number
   *     of node managers; GPUs of each, by YARN's notation of allowed devices, or nothing
   */
  public static void main(String[] arguments) {
    try {
      run(arguments);
    } catch (Throwable e) {
      e.printStackTrace();
      System.exit(1);
    }
    System.exit(0);
  }

  private static void run(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    Configuration conf = new YarnConfiguration();
    conf.set("hdfs.minidfs.basedir", directory.resolve("hdfs").toString());
    conf.set("dfs.permissions.enabled", "true");
    new MiniDFSCluster.Builder(conf).numDataNodes(1).build();
    MiniYARNCluster yarn = new MiniYARNCluster("yarn", Integer.parseInt(arguments[2]), 1, 1);
    // It ends the containers, which are processes too.
    Runtime.getRuntime().addShutdownHook(new Thread(yarn::stop));
    yarn.init(nodes(new Configuration(conf), directory, arguments[3]));
    yarn.start();
    write(forClients(yarn.getConfig()), Files.createDirectories(Path.of(arguments[1])));
    System.out.println(READY);
    while (System.in.read() >= 0) {
      // Whoever started it has nothing to say but that it may end.
    }
  }

  private static Configuration nodes(Configuration conf, Path directory, String gpus) {
    conf.setInt("yarn.nodemanager.resource.memory-mb", NODE_MEMORY_MB);
    conf.setInt("yarn.nodemanager.resource.cpu-vcores", 4);
    conf.setInt("yarn.scheduler.minimum-allocation-mb", 256);
    conf.setBoolean("yarn.nodemanager.vmem-check-enabled", false);
    conf.setBoolean("yarn.nodemanager.pmem-check-enabled", false);
    // A disk that is nearly full is not what is tested.
    conf.setFloat(
        "yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage", 100f);
    conf.setInt("yarn.resourcemanager.am.max-attempts", 2);
    conf.set("yarn.scheduler.capacity.root.queues", "default");
    conf.setInt("yarn.scheduler.capacity.root.default.capacity", 100);
    conf.setFloat("yarn.scheduler.capacity.maximum-am-resource-percent", 1f);
    conf.set("yarn.nodemanager.remote-app-log-dir", directory.resolve("logs").toString());
    if (!gpus.isEmpty()) {
      conf.set("yarn.resource-types", "yarn.io/gpu");
      conf.set("yarn.nodemanager.resource-plugins", "yarn.io/gpu");
      conf.set("yarn.nodemanager.resource-plugins.gpu.allowed-gpu-devices", gpus);
      conf.set(
          "yarn.scheduler.capacity.resource-calculator",
          "org.apache.hadoop.yarn.util.resource.DominantResourceCalculator");
    }
    return conf;
  }

  /** What the clusters chose, such as ports, without a class that only they have. */
  private static Configuration forClients(Configuration conf) {
    Configuration clients = new Configuration(conf);
    clients.unset("net.topology.node.switch.mapping.impl");
    return clients;
  }

  private static void write(Configuration conf, Path folder) throws IOException {
    for (String file : new String[] {"core-site.xml", "hdfs-site.xml", "yarn-site.xml"}) {
      try (OutputStream out = Files.newOutputStream(folder.resolve(file))) {
        conf.writeXml(out);
      }
    }
  }
}
