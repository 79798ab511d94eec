package dev.tern.server.repository.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The configurations of the models of Tern's own. */
class BuiltInRulesTest {
    private static final String HASH = "platform: 'tern_hash' input { name: 'x' data_type: TYPE_STRING dims: [ 1 ] }"
            + " output { name: 'y' data_type: TYPE_INT64 dims: [ 1 ] }"
            + " parameters { key: 'tern.hash.buckets' value { string_value: '10' } } ";
    private static final String TOP_K =
            "platform: 'tern_top_k' input { name: 's' data_type: TYPE_FP32 dims: [ -1, 1 ] }"
                    + " input { name: 'i' data_type: TYPE_STRING dims: [ -1 ] }"
                    + " output { name: 'bs' data_type: TYPE_FP32 dims: [ -1 ] }"
                    + " output { name: 'bi' data_type: TYPE_STRING dims: [ -1 ] }"
                    + " parameters { key: 'tern.top_k.k' value { string_value: '3' } } ";

    private static ModelConfigFile parse(String text) throws ConfigException {
        return ModelConfigFile.parse(text, "config.pbtxt", "m");
    }

    @Test
    void whatIsWholeIsTaken() throws ConfigException {
        for (String each : new String[] {HASH, TOP_K, "max_batch_size: 8 " + HASH, "max_batch_size: 8 " + TOP_K}) {
            assertThat(parse(each).warnings()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            TYPE_STRING | TYPE_INT32       | input[0].data_type: TYPE_INT32 is not allowed; must be TYPE_STRING
            TYPE_INT64  | TYPE_INT32       | output[0].data_type: TYPE_INT32 is not allowed; must be TYPE_INT64
            'y'         | 'y' reshape {}   | output[0].reshape
            '10'        | '0'              | parameters[tern.hash.buckets]: '0' is not allowed; must be a whole number from 1 to
            tern.hash.buckets | tern.hash.bucket | did you mean 'tern.hash.buckets'?
            tern.hash.buckets | other      | parameters[tern.hash.buckets]: must be given
            output { name: 'y' data_type: TYPE_INT64 dims: [ 1 ] } | output { name: 'y' data_type: TYPE_INT64 dims: [ 2 ] } | output[0].dims: [2] must be those of the input, [1]
            platform: 'tern_hash' | platform: 'tern_hash' input { name: 'z' data_type: TYPE_STRING dims: [ 1 ] } | input: must be one: the texts
            platform: 'tern_hash' | platform: 'tern_hash' instance_group { count: 2 } | instance_group: is only for models with an ONNX file
            """, quoteCharacter = '"')
    void aHashThatCannotBeIsRefused(String from, String to, String problem) {
        assertThat(HASH).contains(from);
        assertThatThrownBy(() -> parse(HASH.replace(from, to)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            dims: [ -1, 1 ]             | dims: [ -1, 4 ]             | input[0].dims: [-1, 4]: only one dimension may be other than 1
            'bs' data_type: TYPE_FP32 dims: [ -1 ] | 'bs' data_type: TYPE_FP32 dims: [ 3 ] | output[0].dims: [3]: must be [ -1 ]
            'bi' data_type: TYPE_STRING | 'bi' data_type: TYPE_INT64  | output[1].data_type: TYPE_INT64 is not allowed; must be TYPE_STRING
            's' data_type: TYPE_FP32    | 's' data_type: TYPE_FP64    | input[0].data_type: TYPE_FP64 is not allowed; must be TYPE_FP32
            input { name: 'i' data_type: TYPE_STRING dims: [ -1 ] } | max_batch_size: 0 | input: must be two: the scores, then their ids
            tern.top_k.k                | other                       | parameters[tern.top_k.k]: must be given
            """, quoteCharacter = '"')
    void aTopKThatCannotBeIsRefused(String from, String to, String problem) {
        assertThat(TOP_K).contains(from);
        assertThatThrownBy(() -> parse(TOP_K.replace(from, to)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(problem);
    }
}
