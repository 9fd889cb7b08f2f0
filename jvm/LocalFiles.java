package millrace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;

import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/** Hadoop's local file system, but it sets permissions itself: Hadoop starts the program chmod for each new file. */
public class LocalFiles extends LocalFileSystem {
    public LocalFiles() {
        super(new Raw());
    }

    static class Raw extends RawLocalFileSystem {
        @Override
        public void setPermission(Path path, FsPermission permission) throws IOException {
            // Java does not know the sticky bit.
            if (permission.getStickyBit()) super.setPermission(path, permission);
            else Files.setPosixFilePermissions(pathToFile(path).toPath(), PosixFilePermissions.fromString(toText(permission)));
        }

        private static String toText(FsPermission permission) {
            return new FsPermission(permission.toShort()).toString(); // subclasses print more than `rw-r--r--`
        }
    }
}
