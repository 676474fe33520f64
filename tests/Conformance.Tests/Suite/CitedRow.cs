using System.Reflection;
using Xunit;
using Xunit.v3;

namespace NetworkingSfc.Conformance.Tests.Suite;

/// <summary>A test of this assembly that shows a behaviour in a way of its own. It runs under its own name; the row is its citation.</summary>
/// <param name="Behaviours">See <see cref="ConformanceRow"/>.</param>
/// <param name="TestClass">The class.</param>
/// <param name="Method">The test, by <c>nameof</c>.</param>
internal sealed record CitedRow(string Behaviours, Type TestClass, string Method)
    : ConformanceRow($"cited: {TestClass.Name}.{Method}", Behaviours)
{
    /// <inheritdoc/>
    public override void Check()
    {
        MethodInfo? method = TestClass.GetMethod(Method);
        Assert.NotNull(method);
        Assert.All(method.GetCustomAttributes().OfType<IFactAttribute>(), fact => Assert.Null(fact.Skip));
        Assert.Single(method.GetCustomAttributes().OfType<IFactAttribute>());
    }
}
