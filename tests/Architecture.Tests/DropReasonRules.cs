using System.Reflection;
using System.Text.RegularExpressions;
using NetworkingSfc.Architecture.Tests.Sources;
using Xunit;

namespace NetworkingSfc.Architecture.Tests;

/// <summary>Rule 9: every reason to drop a packet is described, and provoked by a test.</summary>
public sealed class DropReasonRules
{
    /// <summary>The value of a packet that is not dropped, should the enum have one, has nothing to provoke.</summary>
    private const string NotDropped = "None";

    [Fact]
    public void Every_reason_has_one_line_of_its_own()
    {
        Type reasons = Reasons();
        Func<string, string?> describe = Describer(reasons);

        string[] names = [.. Enum.GetNames(reasons).Where(name => name != NotDropped)];
        RuleAssert.Kept("Without a description of one line:", names.Where(name => describe(name) is not { Length: > 0 } text || text.Contains('\n', StringComparison.Ordinal)));
        RuleAssert.Kept("Described as another one is:", names.GroupBy(describe).Where(group => group.Count() > 1).Select(group => string.Join(", ", group)));
    }

    [Fact]
    public void Every_reason_is_provoked()
    {
        string[] names = [.. Enum.GetNames(Reasons()).Where(name => name != NotDropped)];
        Assert.NotEmpty(names);
        RuleAssert.Kept("No test names DropReason.X for:", names.Where(name => !SourceTree.Tests.Any(file => Provokes(file, name))));
    }

    [Theory]
    [InlineData("expected: DropReason.TooLong);", true)]
    [InlineData("expected: DropReason.TooLongForTap);", false)]
    [InlineData("// DropReason.TooLong", false)]
    public void Naming_a_reason_is_recognised(string text, bool provokes) =>
        Assert.Equal(provokes, Provokes(new SourceFile("tests/X.cs", text), "TooLong"));

    private static bool Provokes(SourceFile file, string name) =>
        Regex.IsMatch(file.Code, $@"\bDropReason\s*\.\s*{Regex.Escape(name)}\b");

    private static Type Reasons()
    {
        Type type = Rooms.Find(Rooms.Dataplane, "NetworkingSfc.Dataplane.Telemetry.DropReason");
        Assert.True(type.IsEnum, "DropReason is not an enum.");
        return type;
    }

    /// <summary>The description is text in an attribute on the value, or comes from a static method of the value.</summary>
    private static Func<string, string?> Describer(Type reasons)
    {
        MethodInfo? method = Rooms.Dataplane.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .FirstOrDefault(candidate => candidate.Name.StartsWith("Descri", StringComparison.Ordinal)
                && candidate.ReturnType == typeof(string)
                && candidate.GetParameters() is [{ } only] && only.ParameterType == reasons);
        return name => method is not null
            ? (string?)method.Invoke(null, [Enum.Parse(reasons, name)])
            : reasons.GetField(name)!.GetCustomAttributesData()
                .SelectMany(attribute => attribute.ConstructorArguments)
                .Select(argument => argument.Value).OfType<string>().LastOrDefault();
    }
}
