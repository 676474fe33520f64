using NetworkingSfc.Control.PortPairGroups;

namespace NetworkingSfc.Control.Tests.PortPairGroups;

public sealed class PortPairGroupParametersTests
{
    [Theory]
    [InlineData("{}", false)]
    [InlineData("""{"egress_n_tuple":{},"ingress_n_tuple":{}}""", false)]
    [InlineData("""{"ingress_n_tuple":[]}""", false)]
    [InlineData("""{"ingress_n_tuple":{"source_ip_prefix":null}}""", false)]
    [InlineData("""{"egress_n_tuple":{"source_port_range_min":0}}""", true)]
    [InlineData("""{"zz":{"source_ip_prefix":"x"}}""", true)]
    public void A_mapping_without_values_is_none(string json, bool expected) =>
        Assert.Equal(expected, (PortPairGroupParameters.Default with { NTupleMappingJson = json }).HasNTupleMapping);
}
