using System.Reflection;
using System.Text.RegularExpressions;
using NetworkingSfc.Architecture.Tests.Sources;
using Xunit;

namespace NetworkingSfc.Architecture.Tests;

/// <summary>Rule 8: what is registered by hand is registered, and tested.</summary>
public sealed partial class CatalogRules
{
    [Fact]
    public void Every_port_driver_is_in_its_catalog() => AssertListed(Rooms.Dataplane, "IPortDriver", "PortDriverCatalog");

    [Fact]
    public void Every_encapsulation_is_in_its_catalog() => AssertListed(Rooms.Dataplane, "IEncapsulation", "EncapsulationCatalog");

    [Fact]
    public void Every_classifier_is_in_its_catalog() => AssertListed(Rooms.Classifier, "IUpdatableClassifier", "ClassifierCatalog");

    [Fact]
    public void Every_vector_width_is_in_the_catalog() => AssertListed(Rooms.Classifier, "ILanes", "ClassifierCatalog");

    [Theory]
    [InlineData("IStateDriver")]
    [InlineData("IStateTarget")]
    public void Every_driver_of_state_is_in_its_catalog(string contract) => AssertListed(Rooms.Control, contract, "DriverCatalog");

    /// <summary>Section 11: by a class that derives from the contract all drivers must keep, or from its extension for interfaces.</summary>
    [Fact]
    public void Every_port_driver_keeps_the_contract() =>
        AssertTested(Rooms.Dataplane, "IPortDriver", (file, driver) => file.Mentions(driver) && DerivesFromContract().IsMatch(file.Code));

    [Fact]
    public void Every_encapsulation_has_a_test_class() =>
        AssertTested(Rooms.Dataplane, "IEncapsulation", (file, encapsulation) => file.Mentions(encapsulation + "Tests") && TestClass().IsMatch(file.Code));

    /// <summary>Section 11: equality with the oracle runs over the catalog; a class about the one classifier does as well.</summary>
    [Fact]
    public void Every_classifier_has_a_test_class() =>
        AssertTested(Rooms.Classifier, "IUpdatableClassifier", (file, classifier) =>
            TestClass().IsMatch(file.Code)
            && (file.Mentions(classifier) || (file.Mentions("ClassifierCatalog") && file.Mentions("LinearClassifier"))));

    [Theory]
    [InlineData("public sealed class XDriverTests : PortDriverContract", true)]
    [InlineData("public sealed class XDriverTests(string name) : PortDriverContract(name)", true)]
    [InlineData("public sealed class XDriverTests : IDisposable, PortDriverContract", true)]
    [InlineData("public sealed class XDriverTests : InterfacePortContract", true)]
    [InlineData("public sealed class XDriverTests { PortDriverContract c; }", false)]
    public void Deriving_from_the_contract_is_recognised(string code, bool derives) =>
        Assert.Equal(derives, DerivesFromContract().IsMatch(code));

    private static void AssertListed(Assembly room, string contractName, string catalogName)
    {
        IReadOnlyList<Type> implementations = Implementations(room, contractName);
        string name = Rooms.Find(room, catalogName).Name;
        SourceFile catalog = Assert.Single(SourceTree.Product, file => file.FileName == name + ".cs");
        RuleAssert.Kept(
            $"Not in {catalogName}:",
            implementations.Select(Rooms.SimpleName).Where(implementation => !catalog.Mentions(implementation)));
    }

    private static void AssertTested(Assembly room, string contractName, Func<SourceFile, string, bool> tests) =>
        RuleAssert.Kept(
            $"{contractName} without its tests:",
            Implementations(room, contractName).Select(Rooms.SimpleName).Where(name => !SourceTree.Tests.Any(file => tests(file, name))));

    private static IReadOnlyList<Type> Implementations(Assembly room, string contractName)
    {
        IReadOnlyList<Type> found = Rooms.Implementations(room, Rooms.Find(room, contractName));
        Assert.True(found.Count > 0, $"Nothing implements {contractName} in {room.GetName().Name}.");
        return found;
    }

    [GeneratedRegex(@"\bclass\s+\w+Tests\b")]
    private static partial Regex TestClass();

    [GeneratedRegex(@"\bclass\s+\w+\s*(\([^)]*\))?\s*:[^{;]*\b(PortDriverContract|InterfacePortContract)\b")]
    private static partial Regex DerivesFromContract();
}
