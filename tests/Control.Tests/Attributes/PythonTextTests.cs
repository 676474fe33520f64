using System.Text.Json;
using NetworkingSfc.Control.Attributes;

namespace NetworkingSfc.Control.Tests.Attributes;

public sealed class PythonTextTests
{
    [Theory]
    [InlineData("null", "None")]
    [InlineData("true", "True")]
    [InlineData("[false]", "[False]")]
    [InlineData("\"a\"", "a")]
    [InlineData("[\"a\", 1, null]", "['a', 1, None]")]
    [InlineData("{\"a\": 1, \"b\": {}}", "{'a': 1, 'b': {}}")]
    [InlineData("{\"a\": 1, \"b\": 2, \"a\": 3}", "{'a': 3, 'b': 2}")]
    [InlineData("[\"it's\"]", "[\"it's\"]")]
    [InlineData("[\"'\\\"\"]", "['\\'\"']")]
    [InlineData("[\"a\\n\\u0001\"]", "['a\\n\\x01']")]
    [InlineData("3.5", "3.5")]
    [InlineData("1.0", "1.0")]
    [InlineData("-0", "0")]
    [InlineData("1e15", "1000000000000000.0")]
    [InlineData("1e16", "1e+16")]
    [InlineData("1.5e-7", "1.5e-07")]
    [InlineData("0.0001", "0.0001")]
    [InlineData("0.1234567890123456", "0.1234567890123456")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    public void Prints_what_Python_prints(string json, string expected)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.Equal(expected, PythonText.Str(document.RootElement));
    }
}
