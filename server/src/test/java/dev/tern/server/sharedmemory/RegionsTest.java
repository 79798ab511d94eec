package dev.tern.server.sharedmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tern.server.predict.Failure;
import dev.tern.server.predict.Failure.Kind;
import dev.tern.server.tensor.HeapPayload;
import dev.tern.server.tensor.Payload;
import dev.tern.server.tensor.UnreadableException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegionsTest {
    private static final int COPY_BYTES = 1000;

    /** More than is moved at a time by way of a buffer. */
    private static final int LARGE = 300_000;

    @TempDir
    private Path outside;

    private Path directory;
    private Regions regions;

    @BeforeEach
    void make() throws IOException {
        directory = Files.createDirectory(outside.resolve("shm"));
        regions = new Regions(Optional.of(directory), 1 << 20, COPY_BYTES);
    }

    @AfterEach
    void nothingIsLeft() {
        regions.close();
        assertThat(regions.statuses()).isEmpty();
        assertThat(regions.copyBytesLeft()).isEqualTo(COPY_BYTES);
        assertThat(Regions.openFiles()).as("files that are open").isZero();
    }

    @Test
    void aRegionIsARangeOfAFile() throws Exception {
        file("data", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(regions.register("mine", "/data", 2, 6)).isTrue();
        assertThat(regions.statuses()).containsExactly(new RegionStatus("mine", "/data", 2, 6));

        Payload read = regions.input(new Place("mine", 1, 3));
        assertThat(bytes(read)).containsExactly(3, 4, 5);
        read.release();
        Reservation reserved = regions.output(new Place("mine", 4, 2));
        reserved.write(HeapPayload.wrap(new byte[] {40, 50}));
        reserved.release();
        assertThat(Files.readAllBytes(directory.resolve("data"))).containsExactly(0, 1, 2, 3, 4, 5, 40, 50, 8, 9);
    }

    @Test
    void muchIsMovedInPieces() throws Exception {
        byte[] written = new byte[LARGE];
        new Random(1).nextBytes(written);
        Files.write(directory.resolve("data"), new byte[LARGE + 7]);
        regions.register("mine", "data", 7, LARGE);
        Reservation reserved = regions.output(new Place("mine", 0, LARGE));
        reserved.write(HeapPayload.wrap(written));
        reserved.release();

        Payload read = regions.input(new Place("mine", 0, LARGE));
        ByteBuffer direct = ByteBuffer.allocateDirect(LARGE);
        read.copyTo(0, direct);
        assertThat(direct.hasRemaining()).isFalse();
        assertThat(bytes(read)).isEqualTo(written);
        byte[] fromDirect = new byte[LARGE];
        direct.flip().get(fromDirect);
        assertThat(fromDirect).isEqualTo(written);
        read.release();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                ".",
                "..",
                "/.",
                "/..",
                "../secret",
                "/../secret",
                "a/../../secret",
                "a/b",
                "//data",
                "data/"
            })
    void aKeyIsOneName(String key) throws IOException {
        Files.write(outside.resolve("secret"), new byte[10]);
        file("data", 1, 2, 3);
        Failure refused = refused(() -> regions.register("mine", key, 0, 1));
        assertThat(refused.kind()).isEqualTo(Kind.INVALID_ARGUMENT);
        assertThat(refused.message()).startsWith("shared memory key '" + key + "' is not allowed");
    }

    @Test
    void aKeyThatNoFileCanHaveIsRefused() {
        assertThat(refused(() -> regions.register("mine", "a\0b", 0, 1)).kind()).isEqualTo(Kind.INVALID_ARGUMENT);
        assertThat(refused(() -> regions.register("mine", "a".repeat(5000), 0, 1))
                        .kind())
                .isEqualTo(Kind.INTERNAL);
    }

    @Test
    void onlyRegularFilesAreOpened() throws Exception {
        Files.write(outside.resolve("secret"), new byte[10]);
        Files.createSymbolicLink(directory.resolve("link"), outside.resolve("secret"));
        Files.createDirectory(directory.resolve("folder"));
        assertThat(new ProcessBuilder("mkfifo", directory.resolve("pipe").toString())
                        .start()
                        .waitFor())
                .isZero();
        for (String key : new String[] {"link", "folder", "pipe", "missing"}) {
            assertThat(refused(() -> regions.register("mine", key, 0, 1)))
                    .isEqualTo(Failure.of(Kind.INTERNAL, "Unable to open shared memory region: '" + key + "'"));
        }
    }

    @Test
    void aFileThatTakesAnothersPlaceIsNotTheRegion() throws Exception {
        file("data", 1, 2, 3);
        Files.write(outside.resolve("secret"), new byte[] {7, 7, 7});
        regions.register("mine", "data", 0, 3);
        Files.delete(directory.resolve("data"));
        Files.createSymbolicLink(directory.resolve("data"), outside.resolve("secret"));

        Payload read = regions.input(new Place("mine", 0, 3));
        assertThat(bytes(read)).containsExactly(1, 2, 3);
        read.release();
        Reservation reserved = regions.output(new Place("mine", 0, 3));
        reserved.write(HeapPayload.wrap(new byte[3]));
        reserved.release();
        assertThat(Files.readAllBytes(outside.resolve("secret"))).containsExactly(7, 7, 7);
        assertThat(refused(() -> regions.register("again", "data", 0, 3)).kind())
                .isEqualTo(Kind.INTERNAL);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0, 11",
        "10, 1",
        "11, 1",
        "1, 10",
        "-1, 1",
        "0, -1",
        "1, 9223372036854775807",
        "9223372036854775807, 9223372036854775807",
        "9223372036854775807, 2"
    })
    void aRegionIsWithinItsFile(long offset, long byteSize) throws IOException {
        file("data", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(refused(() -> regions.register("mine", "data", offset, byteSize)))
                .isEqualTo(Failure.invalid("failed to register shared memory region 'mine': invalid args"));
        assertThat(regions.statuses()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "6, 0, false",
        "6, 1, false",
        "-1, 1, false",
        "-9223372036854775808, 1, false",
        "9223372036854775807, 1, false",
        "0, 7, true",
        "5, 2, true",
        "0, -1, true",
        "1, 9223372036854775807, true",
        "5, 9223372036854775807, true"
    })
    void aTensorIsWithinItsRegion(long offset, long byteSize, boolean offsetIsFine) throws Exception {
        file("data", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        regions.register("mine", "data", 2, 6);
        Failure expected = Failure.invalid(
                "Invalid offset " + (offsetIsFine ? "+ byte size " : "") + "for shared memory region: 'mine'");
        Place place = new Place("mine", offset, byteSize);
        assertThat(refused(() -> regions.input(place))).isEqualTo(expected);
        assertThat(refused(() -> regions.output(place))).isEqualTo(expected);
    }

    @Test
    void aNameIsTakenUntilItIsUnregistered() throws Exception {
        file("data", 1, 2, 3);
        assertThat(regions.register("mine", "data", 0, 3)).isTrue();
        assertThat(regions.register("mine", "data", 1, 1)).isFalse();
        assertThat(regions.register("Mine", "data", 1, 1))
                .as("another name, the same bytes")
                .isTrue();
        regions.unregister("mine");
        regions.unregister("mine");
        assertThat(regions.register("mine", "data", 2, 1)).isTrue();
        assertThat(regions.statuses())
                .containsExactly(new RegionStatus("Mine", "data", 1, 1), new RegionStatus("mine", "data", 2, 1));
    }

    @Test
    void namesAreBounded() throws Exception {
        file("data", 1);
        assertThat(refused(() -> regions.register("", "data", 0, 1)).kind()).isEqualTo(Kind.INVALID_ARGUMENT);
        String longest = "n".repeat(Regions.MAX_NAME_LENGTH);
        assertThat(regions.register(longest, "data", 0, 1)).isTrue();
        assertThat(refused(() -> regions.register(longest + "n", "data", 0, 1)).kind())
                .isEqualTo(Kind.INVALID_ARGUMENT);
        for (int i = 1; i < Regions.MAX_REGIONS; i++) {
            assertThat(regions.register("region " + i, "data", 0, 1)).isTrue();
        }
        assertThat(refused(() -> regions.register("one more", "data", 0, 1)).kind())
                .isEqualTo(Kind.RESOURCE_EXHAUSTED);
    }

    @Test
    void whatUsesARegionKeepsItsFileOpen() throws Exception {
        file("data", 1, 2, 3);
        regions.register("mine", "data", 0, 3);
        Payload read = regions.input(new Place("mine", 0, 3));
        Reservation reserved = regions.output(new Place("mine", 0, 1));
        regions.unregisterAll();
        assertThat(regions.status("mine")).isEmpty();
        assertThat(refused(() -> regions.output(new Place("mine", 0, 1))))
                .isEqualTo(Failure.of(Kind.NOT_FOUND, "Unable to find shared memory region: 'mine'"));

        reserved.write(HeapPayload.wrap(new byte[] {9}));
        reserved.release();
        assertThat(bytes(read)).containsExactly(9, 2, 3);
        read.retain();
        read.release();
        assertThat(bytes(read)).containsExactly(9, 2, 3);
        read.release();
        assertThatThrownBy(read::retain).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> bytes(read)).as("the file is closed").isInstanceOf(UnreadableException.class);
    }

    @Test
    void aCopyDoesNotChange() throws Exception {
        file("data", 1, 2, 3);
        regions.register("mine", "data", 0, 3);
        Payload copied = copy(new Place("mine", 0, 3));
        Payload readLater = regions.input(new Place("mine", 0, 3));
        file("data", 4, 5, 6);
        assertThat(bytes(copied)).containsExactly(1, 2, 3);
        assertThat(bytes(readLater)).containsExactly(4, 5, 6);
        regions.giveBack(copied.size());
        readLater.release();
    }

    @Test
    void copiesAreBounded() throws Exception {
        Files.write(directory.resolve("data"), new byte[COPY_BYTES]);
        regions.register("mine", "data", 0, COPY_BYTES);
        Payload most = copy(new Place("mine", 0, COPY_BYTES - 1));
        assertThat(refused(() -> copy(new Place("mine", 0, 2))).kind()).isEqualTo(Kind.RESOURCE_EXHAUSTED);
        Payload rest = copy(new Place("mine", 0, 1));
        assertThat(regions.copyBytesLeft()).isZero();
        regions.giveBack(most.size());
        regions.giveBack(rest.size());
        assertThat(regions.copyBytesLeft()).isEqualTo(COPY_BYTES);
    }

    @Test
    void aFileThatWasCutOffIsAnError() throws Exception {
        file("data", 1, 2, 3, 4);
        regions.register("mine", "data", 0, 4);
        Payload read = regions.input(new Place("mine", 0, 4));
        Reservation reserved = regions.output(new Place("mine", 2, 2));
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve("data").toFile(), "rw")) {
            file.setLength(3);
        }
        String cut = "the file of shared memory region 'mine' is shorter than it was when it was registered";
        assertThatThrownBy(() -> bytes(read))
                .isInstanceOf(UnreadableException.class)
                .hasMessage(cut);
        assertThat(refused(() -> copy(new Place("mine", 0, 4)))).isEqualTo(Failure.invalid(cut));
        assertThat(refused(() -> reserved.write(HeapPayload.wrap(new byte[2])))).isEqualTo(Failure.invalid(cut));
        assertThat(Files.readAllBytes(directory.resolve("data")))
                .as("not made longer")
                .containsExactly(1, 2, 3);
        read.release();
        reserved.release();
    }

    @Test
    void anOutputThatIsTooLargeIsNotWritten() throws Exception {
        file("data", 1, 2, 3, 4);
        regions.register("mine", "data", 0, 4);
        Reservation reserved = regions.output(new Place("mine", 0, 2));
        assertThatThrownBy(() -> reserved.write(HeapPayload.wrap(new byte[3])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Files.readAllBytes(directory.resolve("data"))).containsExactly(1, 2, 3, 4);
        reserved.release();
    }

    @Test
    void whatRequestsStillUseCountsAmongThoseThatThereMayBe() throws Exception {
        file("data", 1);
        List<Reservation> used = new ArrayList<>();
        for (int i = 0; i < Regions.MAX_REGIONS; i++) {
            regions.register("mine", "data", 0, 1);
            used.add(regions.output(new Place("mine", 0, 1)));
            regions.unregister("mine");
        }
        assertThat(refused(() -> regions.register("mine", "data", 0, 1)).kind()).isEqualTo(Kind.RESOURCE_EXHAUSTED);
        used.remove(0).release();
        assertThat(refused(() -> regions.register("mine", "missing", 0, 1)).kind())
                .as("what is not opened does not count")
                .isEqualTo(Kind.INTERNAL);
        assertThat(regions.register("mine", "data", 0, 1)).isTrue();
        used.forEach(Reservation::release);
    }

    @Test
    void oneOfManyThatRegisterANameAtOnceHasIt() throws Exception {
        file("data", 1);
        ExecutorService clients = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 200; round++) {
                List<Future<Boolean>> registered = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    registered.add(clients.submit(() -> regions.register("mine", "data", 0, 1)));
                }
                int count = 0;
                for (Future<Boolean> each : registered) {
                    count += each.get(20, TimeUnit.SECONDS) ? 1 : 0;
                }
                assertThat(count).isEqualTo(1);
                assertThat(Regions.openFiles()).isEqualTo(1);
                regions.unregister("mine");
            }
        } finally {
            clients.shutdown();
        }
    }

    @Test
    void nothingStaysRegisteredOnceAllIsClosed() throws Exception {
        file("data", 1);
        regions.close();
        regions.register("mine", "data", 0, 1);
        assertThat(regions.statuses()).isEmpty();
        assertThat(Regions.openFiles()).isZero();
    }

    private Payload copy(Place place) throws RegionException {
        Payload input = regions.input(place);
        try {
            return regions.copyOf(input);
        } finally {
            input.release();
        }
    }

    private void file(String name, int... bytes) throws IOException {
        byte[] content = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            content[i] = (byte) bytes[i];
        }
        Files.write(directory.resolve(name), content);
    }

    private static byte[] bytes(Payload payload) {
        byte[] bytes = new byte[(int) payload.size()];
        payload.copyTo(0, ByteBuffer.wrap(bytes));
        return bytes;
    }

    private static Failure refused(ThrowingCallable call) {
        RegionException refused = catchThrowableOfType(RegionException.class, call);
        assertThat(refused).as("a refusal").isNotNull();
        return refused.failure();
    }
}
