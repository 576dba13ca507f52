cat > T.java <<'J'
import java.io.*;
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.*;

public class T {
  public static void main(String[] a) throws Exception {
    System.out.println(new File("/gnu/store").list().length > 5);
    Process p = new ProcessBuilder("/bin/sh", "-c", "ls -d /gnu/store; exit 3")
        .redirectErrorStream(true).start();
    System.out.println(new BufferedReader(new InputStreamReader(p.getInputStream())).readLine());
    System.out.println(p.waitFor());
    try {
      Files.readString(Path.of("/gnu/none"));
    } catch (NoSuchFileException e) {
      System.out.println("missing " + e.getMessage());
    }
    ExecutorService pool = Executors.newFixedThreadPool(8);
    List<Future<Boolean>> found = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      found.add(pool.submit(() -> Files.exists(Path.of("/gnu/store"))));
    }
    int count = 0;
    for (Future<Boolean> f : found) if (f.get()) count++;
    pool.shutdown();
    System.out.println(count);
    try {  // the virtual machine finds it by SIGSEGV
      ((Object) System.getenv("none of this name")).toString();
    } catch (NullPointerException e) {
      System.out.println("null");
    }
    System.gc();
    System.out.println(Path.of("/gnu/store/.").toRealPath());
    Files.createSymbolicLink(Path.of("l"), Path.of("/gnu/store"));
    System.out.println(Files.isDirectory(Path.of("l")) + " " + Files.readSymbolicLink(Path.of("l")));
  }
}
J
java T.java
