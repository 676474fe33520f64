namespace NetworkingSfc.Classifier;

/// <summary>One version of some rules, which stays as it is: any number of threads may ask it, for as long as it is held.</summary>
public interface IFrozenClassifier : IFlowClassifier;
