using NetworkingSfc.Architecture.Tests.Sources;
using Xunit;

namespace NetworkingSfc.Architecture.Tests;

/// <summary>The rules are as good as what tells code from words.</summary>
public sealed class CodeReaderTests
{
    [Theory]
    [InlineData("a // X\nb", "a     \nb")]
    [InlineData("a /* X\nX */ b", "a     \n     b")]
    [InlineData("s = \"X\" + b", "s =     + b")]
    [InlineData("s = \"\\\"X\" + b", "s =       + b")]
    [InlineData("s = @\"X\"\"X\" + b", "s =         + b")]
    [InlineData("s = @\"\"\"X\" + b", "s =        + b")]
    [InlineData("s = \"\" + b", "s =    + b")]
    [InlineData("s = $\"X{b}X\" + c", "s =     b    + c")]
    [InlineData("s = $\"{{X}}{b}\" + c", "s =         b   + c")]
    [InlineData("s = $\"{(b ? \"X\" : \"X\")}\" + c", "s =    (b ?     :    )   + c")]
    [InlineData("s = \"\"\"X\"X\"\"\" + b", "s =           + b")]
    [InlineData("s = $$\"\"\"{X}{{b}}\"\"\" + c", "s =           b      + c")]
    [InlineData("c = '\"' + b + '\\'' + d", "c =     + b +      + d")]
    [InlineData("#error it's b", "#error it's b")]
    [InlineData("u = \"http://X\" + b", "u =            + b")]
    public void Words_are_blanked_and_code_stays(string text, string code) => Assert.Equal(code, CodeReader.CodeOf(text));
}
